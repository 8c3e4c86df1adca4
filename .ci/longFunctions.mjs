export const longFunctions = {}

// mocha's `spec`, then what was skipped, and then the counts on a line of their own, for CI to read.
import Mocha from 'mocha'

export default class extends Mocha.reporters.Spec {
  skipped = []

  constructor(runner, options) {
    super(runner, options)
    runner.on('pending', (test) => this.skipped.push(test.fullTitle()))
  }

  epilogue() {
    super.epilogue()
    this.skipped.forEach((title) => console.log(`SKIPPED ${title}`))
    const { passes, failures, pending } = this.stats
    console.log(`${passes} passed, ${failures} failed, ${pending} skipped`)
  }
}

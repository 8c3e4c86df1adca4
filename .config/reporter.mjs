// mocha's `spec`, and then the counts on a line of their own, for CI to read.
import Mocha from 'mocha'

export default class extends Mocha.reporters.Spec {
  epilogue() {
    super.epilogue()
    const { passes, failures, pending } = this.stats
    console.log(`${passes} passed, ${failures} failed, ${pending} skipped`)
  }
}

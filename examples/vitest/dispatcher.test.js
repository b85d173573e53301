import { describeDispatcher } from 'ioeventfd-check/vitest';

// By its path, so that the commands in a failure find it. What is newly found is saved in regressions/: commit it.
describeDispatcher('my dispatcher', './my-dispatcher.js', {
  profiles: ['contract', 'tcg', 'kvm'],
  runs: 500,
  regressions: 'regressions',
});

// Put your own dispatcher here. This one passes everything on to a dispatcher that keeps the contract.
import { optimizedDispatcher } from 'ioeventfd-check/impl';

/** @type {import('ioeventfd-check/model').Dispatcher} */
export default {
  name: 'mine',
  open(header) {
    const session = optimizedDispatcher.open(header);
    return { apply: (operation) => session.apply(operation) };
  },
};

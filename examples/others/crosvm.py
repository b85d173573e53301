"""
crosvm where no kernel matches ioeventfds (Windows: WHPX, HAXM), for ioeventfd-check. Written anew after google/crosvm:

- hypervisor/src/whpx/vm.rs (03b88b64c396): register_ioevent, unregister_ioevent, handle_io_events; hypervisor/src/haxm/vm.rs likewise;
- src/sys/windows/run_vcpu.rs (983228e99fa7): what becomes of VcpuExit::Mmio;
- devices/src/bus.rs (02f5dc3b5eab): Bus::insert, Bus::write.

It takes registrations of any length, without a value to compare (Datamatch::AnyLength), and refuses others with ENOTSUP. So it says in
its hello that it knows no others, and is not asked any.
"""
from bus import Machine, differences, serve

DIFFERENT = differences(twice=True, range=True)


class Crosvm(Machine):
    checks_range = "range" not in DIFFERENT

    def __init__(self):
        super().__init__()
        self.events = {}  # by address, and by nothing else: the notifier

    def assign(self, word, address):
        if address in self.events:
            return False  # EEXIST
        self.events[address] = word.notifier
        return True

    def deassign(self, word):
        if self.events.get(word.address) == word.notifier:  # else ENOENT
            del self.events[word.address]

    def store(self, address, size, data):
        """First the eventfds are looked through. Then the store goes to the bus, whether there was one or not."""
        signals = [{"signal": self.events[address]}] if address in self.events else []
        if signals and "twice" not in DIFFERENT:
            return signals
        return signals + self.write(address, size, data)


serve(Crosvm, {"name": "crosvm, user-space buses", "matches": [], "features": ["any-size"]})

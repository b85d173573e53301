"""
cloud-hypervisor's bus, and the notification area of its virtio devices, where no kernel takes the store, for ioeventfd-check. Written
anew after cloud-hypervisor/cloud-hypervisor (ae44c2971c83):

- vm-device/src/bus.rs: Bus::insert, Bus::resolve, Bus::write; vmm/src/vm.rs: VmOps::mmio_write;
- virtio-devices/src/transport/pci_device.rs: VirtioPciDevice::write_bar, ioeventfds.

A registration is the address of a queue's doorbell, and nothing else (register_ioevent without a DataMatch). `--only dropped` is how
it was until July 2026 (85c0725f5ca5): write_bar left all notifications to the kernel, but for one kind of machine.
"""
from bus import Machine, differences, serve

DIFFERENT = differences(every=True, dropped=False)


class CloudHypervisor(Machine):
    def __init__(self):
        super().__init__()
        self.doorbells = []  # of all devices, which do not overlap: each with its address and its eventfd

    def assign(self, word, address):
        """The device itself knows its eventfds. Nobody else is asked, and nobody refuses."""
        if "every" not in DIFFERENT and any(address == other.address for other in self.doorbells):
            return False
        self.doorbells.append(word)
        return True

    def deassign(self, word):
        self.doorbells.remove(word)

    def store(self, address, size, data):
        """The device at the address gets the store, and signals each of its eventfds there."""
        words = [word for word in self.doorbells if word.address == address]
        if words:
            return [] if "dropped" in DIFFERENT else [{"signal": word.notifier} for word in words]
        return self.write(address, size, data)


serve(CloudHypervisor, {"name": "cloud-hypervisor, vm-device", "matches": [], "features": ["any-size"]})

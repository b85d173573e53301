"""
ACRN's module in the Linux kernel, for ioeventfd-check. Written anew after torvalds/linux:

- drivers/virt/acrn/ioeventfd.c (42d3b66d4cdb): acrn_ioeventfd_assign, acrn_ioeventfd_deassign, hsm_ioeventfd_is_conflict,
  hsm_ioeventfd_match, acrn_ioeventfd_handler;
- drivers/virt/acrn/ioreq.c (228dfe98a313): in_range, find_ioreq_client.

An access that lies in the range of a registration goes to the module. All others go to the device model in user space.
"""
from bus import WIDE, Machine, differences, serve

DIFFERENT = differences(swallow=True, shorter=True, conflict=True, deassign=True, end=True, range=True)


class Entry:
    def __init__(self, word, address):
        self.address, self.size, self.data, self.notifier = address, word.size, word.data, word.notifier

    def conflicts(self, other):
        """Only one with the same eventfd conflicts, and then its size plays no part."""
        what = "notifier" if "conflict" in DIFFERENT else "size"
        is_same = self.address == other.address and getattr(self, what) == getattr(other, what)
        return is_same and (self.data is None or other.data is None or self.data == other.data)

    def covers(self, address, size):
        return self.address <= address and address + size <= self.address + self.size

    def matches(self, address, size, data):
        """An access that is shorter than the registration matches, too."""
        is_size = size <= self.size if "shorter" in DIFFERENT else size == self.size
        return self.address == address and is_size and self.data in (None, data)


class Acrn(Machine):
    checks_range = "range" not in DIFFERENT

    def __init__(self):
        super().__init__()
        self.entries = []  # in the order of registration

    def assign(self, word, address):
        entry = Entry(word, address)
        if "end" in DIFFERENT and address + word.size >= WIDE:
            return False  # EINVAL: the sum wraps, to 0 too
        if any(entry.conflicts(other) for other in self.entries):
            return False  # EEXIST
        self.entries.append(entry)
        return True

    def deassign(self, word):
        """The first entry with the eventfd goes, whatever else it is."""
        wanted = vars(Entry(word, word.address))
        is_it = lambda entry: entry.notifier == word.notifier if "deassign" in DIFFERENT else vars(entry) == wanted
        gone = next((entry for entry in self.entries if is_it(entry)), None)
        self.entries = [entry for entry in self.entries if entry is not gone]

    def store(self, address, size, data):
        """What the module is given is done with, whether an eventfd matches or not."""
        fired = next((entry for entry in self.entries if entry.matches(address, size, data)), None)
        if fired is not None:
            return [{"signal": fired.notifier}]
        if "swallow" in DIFFERENT and any(entry.covers(address, size) for entry in self.entries):
            return []
        return self.write(address, size, data)


serve(Acrn, {"name": "ACRN, kernel module"})

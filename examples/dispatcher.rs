//! A dispatcher for ioeventfd-check: the kernel's I/O bus, sorted and searched as the kernel does. No crates: `rustc -O dispatcher.rs`.
//! With --mistake it looks through the whole bus, and so finds registrations that the kernel's search does not.
use std::collections::HashMap;
use std::io::{self, BufRead, Write};

const HELLO: &str = r#"{"hello":{"protocol":"ioeventfd-dispatcher/1","name":"kernel bus","version":"1",
"profiles":["kvm"],"byteOrders":["little"],"spaces":["memory"],"regions":["io"],"writes":["store"],"features":[],
"operations":["create","map","add-eventfd","del-eventfd","write"],"effects":["signal"]}}"#;

/// The value of a field, in JSON as ioeventfd-check writes it: no spaces, and no lists or objects in the operations that are asked here.
fn text<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = json.split_once(&format!("\"{name}\":"))?;
    rest.strip_prefix('"').map_or_else(|| rest.split([',', '}']).next(), |string| string.split('"').next())
}

/// Wide numbers are hexadecimal strings, others are decimal. A size may be 2^64.
fn number(json: &str, name: &str) -> Option<u128> {
    let digits = text(json, name)?;
    digits.strip_prefix("0x").map_or_else(|| digits.parse().ok(), |digits| u128::from_str_radix(digits, 16).ok())
}

/// A registration. Those of a region are asked for in this order; `rank` is the place of the notifier in `names`.
#[derive(Clone, PartialEq, PartialOrd)]
struct Entry {
    region: String,
    offset: u128,
    size: u128,
    data: Option<u128>,
    rank: usize,
    /// Where the bus has taken it.
    address: Option<u128>,
}

#[derive(Default)]
struct Machine {
    sizes: HashMap<String, u128>,
    bases: HashMap<String, u128>,
    words: Vec<Entry>,
    bus: Vec<Entry>,
    names: Vec<String>,
    mistake: bool,
}

/// As the kernel compares two ranges: -1 where the first begins below the second, 1 where it ends beyond it.
fn compare(address: u128, size: u128, entry: &Entry) -> i32 {
    let start = entry.address.unwrap_or(0);
    let end = |sum: u128| sum & u128::from(u64::MAX);
    if address < start { -1 } else { i32::from(end(address + size) > end(start + entry.size)) }
}

impl Machine {
    fn apply(&mut self, op: &str) -> String {
        let region = text(op, "region").unwrap_or("").to_string();
        let value = |name| number(op, name).unwrap_or(0);
        match text(op, "op") {
            Some("create") => {
                self.sizes.insert(region, value("size"));
            }
            Some("map") => {
                self.bases.insert(region.clone(), value("offset"));
                let mut order: Vec<usize> = (0..self.words.len()).filter(|&i| self.words[i].region == region).collect();
                order.sort_by(|&i, &j| self.words[i].partial_cmp(&self.words[j]).expect("numbers and names have an order"));
                order.into_iter().for_each(|i| self.assign(i));
            }
            Some("write") => return self.store(value("address"), value("size"), value("data")).join(","),
            kind => {
                let notifier = text(op, "notifier").unwrap_or("");
                let rank = self.names.iter().position(|name| name == notifier).unwrap_or(self.names.len());
                if rank == self.names.len() {
                    self.names.push(notifier.to_string());
                }
                let word = Entry { region, offset: value("offset"), size: value("size"), data: number(op, "data"), rank, address: None };
                if kind == Some("add-eventfd") {
                    self.words.push(word);
                    self.assign(self.words.len() - 1);
                } else if let Some(i) = self.words.iter().rposition(|w| Entry { address: None, ..w.clone() } == word) {
                    let gone = self.words.remove(i);
                    self.bus.retain(|entry| *entry != gone);
                }
            }
        }
        String::new()
    }

    /// KVM_IOEVENTFD: a word of which any byte is seen, unless its end wraps or another one collides.
    fn assign(&mut self, i: usize) {
        let mut word = self.words[i].clone();
        let Some(base) = self.bases.get(&word.region) else { return };
        let address = base + word.offset;
        word.address = Some(address);
        let collides = |e: &Entry| {
            e.address == word.address && e.size == word.size && (e.data.is_none() || word.data.is_none() || e.data == word.data)
        };
        if word.offset >= self.sizes[&word.region] || address + word.size >= 1 << 64 || self.bus.iter().any(collides) {
            return;
        }
        let at = self.bus.iter().position(|e| compare(e.address.unwrap_or(0), e.size, &word) > 0).unwrap_or(self.bus.len());
        self.bus.insert(at, word.clone());
        self.words[i] = word;
    }

    /// A store, in parts where it crosses a page. What no entry takes leaves the kernel.
    fn store(&self, address: u128, size: u128, data: u128) -> Vec<String> {
        let here = size.min(0x1000 - address % 0x1000);
        let first = self.search(address, here, data & ((1 << (8 * here)) - 1));
        let second = if here < size { self.search((address + here) % (1 << 64), size - here, data >> (8 * here)) } else { None };
        first.into_iter().chain(second).map(|entry| format!("{{\"signal\":\"{}\"}}", self.names[entry.rank])).collect()
    }

    fn search(&self, address: u128, size: u128, data: u128) -> Option<&Entry> {
        let accepts = |e: &&Entry| e.address == Some(address) && e.size == size && e.data.is_none_or(|d| d == data);
        if self.mistake {
            return self.bus.iter().find(accepts);
        }
        let (mut base, mut left) = (0, self.bus.len());
        while left > 0 {
            let pivot = base + left / 2;
            match compare(address, size, &self.bus[pivot]) {
                0 => {
                    let equal = |i: &usize| compare(address, size, &self.bus[*i]) == 0;
                    let first = (0..pivot).rev().take_while(equal).last().unwrap_or(pivot);
                    return (first..self.bus.len()).take_while(equal).map(|i| &self.bus[i]).find(accepts);
                }
                1 => {
                    base = pivot + 1;
                    left = (left - 1) / 2;
                }
                _ => left /= 2,
            }
        }
        None
    }
}

fn main() {
    let mistake = std::env::args().any(|argument| argument == "--mistake");
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        let answer = match line.split_once("\"operations\":[") {
            Some((header, operations)) if text(header, "id").is_some() => {
                let mut machine = Machine { mistake, ..Machine::default() };
                let lists: Vec<String> = operations.split("},{").map(|op| format!("[{}]", machine.apply(op))).collect();
                let effects = if operations.starts_with(']') { String::new() } else { lists.join(",") };
                format!("{{\"id\":{},\"effects\":[{effects}]}}", text(header, "id").unwrap_or("0"))
            }
            _ => HELLO.replace('\n', ""),
        };
        println!("{answer}");
        io::stdout().flush().expect("standard output is open");
    }
}

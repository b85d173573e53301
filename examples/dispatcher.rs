//! A dispatcher for ioeventfd-check: the kernel's I/O bus, sorted and searched as the kernel does. No crates: `rustc -O dispatcher.rs`.
//! With --mistake it looks through the whole bus, and so finds registrations that the kernel's search does not.
use std::collections::HashMap;
use std::io::{self, BufRead, Write};

const HELLO: &str = r#"{"hello":{"protocol":"ioeventfd-dispatcher/1","name":"kernel bus","version":"1",
"profiles":["kvm"],"byteOrders":["little"],"spaces":["memory"],"regions":["io"],"writes":["store"],"features":[],
"operations":["create","map","add-eventfd","del-eventfd","write"],"effects":["signal"]}}"#;

enum Json {
    Plain(String), // a string without escapes, a number, or a word
    List(Vec<Json>),
    Object(HashMap<String, Json>),
}

/// Reads JSON as ioeventfd-check writes it.
struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&mut self) -> u8 {
        while self.text[self.at].is_ascii_whitespace() || self.text[self.at] == b',' || self.text[self.at] == b':' {
            self.at += 1;
        }
        self.text[self.at]
    }

    fn value(&mut self) -> Json {
        let first = self.peek();
        let start = self.at + 1;
        self.at += 1;
        match first {
            b'{' => {
                let mut fields = HashMap::new();
                while self.peek() != b'}' {
                    let name = self.value().text();
                    fields.insert(name, self.value());
                }
                self.at += 1;
                Json::Object(fields)
            }
            b'[' => {
                let mut items = Vec::new();
                while self.peek() != b']' {
                    items.push(self.value());
                }
                self.at += 1;
                Json::List(items)
            }
            b'"' => {
                while self.text[self.at] != b'"' {
                    self.at += 1;
                }
                self.at += 1;
                Json::Plain(String::from_utf8_lossy(&self.text[start..self.at - 1]).into())
            }
            _ => {
                while !b",]} \n".contains(&self.text[self.at]) {
                    self.at += 1;
                }
                Json::Plain(String::from_utf8_lossy(&self.text[start - 1..self.at]).into())
            }
        }
    }
}

impl Json {
    fn text(&self) -> String {
        if let Json::Plain(text) = self { text.clone() } else { String::new() }
    }

    fn field(&self, name: &str) -> Option<&Json> {
        if let Json::Object(fields) = self { fields.get(name) } else { None }
    }

    fn word(&self, name: &str) -> String {
        self.field(name).map_or(String::new(), Json::text)
    }

    /// Wide numbers are hexadecimal strings, others are decimal. A size may be 2^64.
    fn number(&self, name: &str) -> Option<u128> {
        let text = self.field(name)?.text();
        text.strip_prefix("0x").map_or_else(|| text.parse().ok(), |digits| u128::from_str_radix(digits, 16).ok())
    }
}

/// A registration. `address` is set where the bus has taken it.
#[derive(Clone, PartialEq)]
struct Entry {
    region: String,
    offset: u128,
    size: u128,
    data: Option<u128>,
    notifier: String,
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
    if address < start {
        return -1;
    }
    let end = |sum: u128| sum & u128::from(u64::MAX);
    i32::from(end(address + size) > end(start + entry.size))
}

impl Machine {
    fn apply(&mut self, op: &Json) -> Vec<String> {
        let region = op.word("region");
        match op.word("op").as_str() {
            "create" => {
                self.sizes.insert(region, op.number("size").unwrap_or(0));
            }
            "map" => {
                self.bases.insert(region.clone(), op.number("offset").unwrap_or(0));
                let mut order: Vec<usize> = (0..self.words.len()).filter(|&i| self.words[i].region == region).collect();
                let place = |e: &Entry| self.names.iter().position(|name| *name == e.notifier);
                order.sort_by_key(|&i| {
                    let word = &self.words[i];
                    (word.offset, word.size, word.data, place(word))
                });
                order.into_iter().for_each(|i| self.assign(i));
            }
            "write" => return self.store(op.number("address").unwrap_or(0), op.number("size").unwrap_or(0), op.number("data").unwrap_or(0)),
            kind => {
                let (offset, size) = (op.number("offset").unwrap_or(0), op.number("size").unwrap_or(0));
                let data = op.number("data");
                let word = Entry { region, offset, size, data, notifier: op.word("notifier"), address: None };
                if !self.names.contains(&word.notifier) {
                    self.names.push(word.notifier.clone());
                }
                if kind == "add-eventfd" {
                    self.words.push(word);
                    self.assign(self.words.len() - 1);
                } else if let Some(i) = self.words.iter().rposition(|w| Entry { address: None, ..w.clone() } == word) {
                    let gone = self.words.remove(i);
                    if gone.address.is_some() {
                        self.bus.retain(|entry| *entry != gone);
                    }
                }
            }
        }
        Vec::new()
    }

    /// KVM_IOEVENTFD: a word of which any byte is seen, unless its end wraps or another one collides.
    fn assign(&mut self, i: usize) {
        let word = self.words[i].clone();
        let Some(base) = self.bases.get(&word.region) else { return };
        let address = base + word.offset;
        let collides = |e: &Entry| {
            e.address == Some(address) && e.size == word.size && (e.data.is_none() || word.data.is_none() || e.data == word.data)
        };
        if word.offset >= self.sizes[&word.region] || address + word.size >= 1 << 64 || self.bus.iter().any(collides) {
            return;
        }
        self.words[i].address = Some(address);
        let entry = self.words[i].clone();
        let at = self.bus.iter().position(|e| compare(e.address.unwrap_or(0), e.size, &entry) > 0).unwrap_or(self.bus.len());
        self.bus.insert(at, entry);
    }

    /// A store, in parts where it crosses a page. What no entry takes leaves the kernel.
    fn store(&self, address: u128, size: u128, data: u128) -> Vec<String> {
        let here = size.min(0x1000 - address % 0x1000);
        let mut effects: Vec<String> = self.search(address, here, data & ((1 << (8 * here)) - 1)).into_iter().collect();
        if here < size {
            effects.extend(self.search((address + here) % (1 << 64), size - here, data >> (8 * here)));
        }
        effects
    }

    fn search(&self, address: u128, size: u128, data: u128) -> Option<String> {
        let accepts = |e: &&Entry| e.address == Some(address) && e.size == size && e.data.is_none_or(|d| d == data);
        let signal = |e: &Entry| format!("{{\"signal\":\"{}\"}}", e.notifier);
        if self.mistake {
            return self.bus.iter().find(accepts).map(signal);
        }
        let (mut base, mut left) = (0, self.bus.len());
        while left > 0 {
            let pivot = base + left / 2;
            match compare(address, size, &self.bus[pivot]) {
                0 => {
                    let equal = |i: &usize| compare(address, size, &self.bus[*i]) == 0;
                    let first = (0..pivot).rev().take_while(equal).last().unwrap_or(pivot);
                    return (first..self.bus.len()).take_while(equal).map(|i| &self.bus[i]).find(accepts).map(signal);
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
        let message = Reader { text: line.as_bytes(), at: 0 }.value();
        let answer = match message.field("scenario").and_then(|scenario| scenario.field("operations")) {
            Some(Json::List(operations)) => {
                let mut machine = Machine { mistake, ..Machine::default() };
                let lists: Vec<String> = operations.iter().map(|op| format!("[{}]", machine.apply(op).join(","))).collect();
                format!("{{\"id\":{},\"effects\":[{}]}}", message.word("id"), lists.join(","))
            }
            _ => HELLO.replace('\n', ""),
        };
        println!("{answer}");
        io::stdout().flush().expect("standard output is open");
    }
}

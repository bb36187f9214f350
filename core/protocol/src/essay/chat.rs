//! The chat: a log of messages that becomes the same for all, sorted by [`ChatKey`].
//!
//! A message never changes and has one place. It is known by its author, the load of the author's
//! page (`incarnation`) and its `seq`, which counts from 1; a second one of these is dropped, and
//! so is a `seq` of 0.
//!
//! # Who says what
//!
//! - A [`said`] comes from the message's author alone; from anybody else it is dropped.
//! - Each side tells what it has had ([`have`]) when the channel opens, every 15 seconds, and,
//!   every 2 seconds at most, when something that was said is further ahead than its clock may go.
//!   The other answers with what is [`missed`], in order, in portions of 32768 bytes of JSON at
//!   most: a message is up to six times as long there as its text. So whatever was lost or refused
//!   comes again, and logs become the same through others where two pages have no connection.
//! - Whoever took messages over their author's own channel says so to the author ([`got`]): at
//!   once, and 1 second after the last `got` at the earliest. With the `have`s this is how an
//!   author knows whom its messages have reached. **A peer is believed about itself alone.**
//! - In a `have` the runs of an author are ascending, from 1, and what was forgotten counts as had.
//!   For the reader's own messages only those that the reader told itself are named. It has 16384
//!   bytes at most; the reader comes first, then those who wrote last.
//! - A message in a `missed` is its sender's own, or it is told of somebody else: then nothing
//!   proves it, and it is shown as such. It is not taken while its author's own page (the same
//!   `author` and `incarnation`) is heard on its own channel, be that this page or another; it
//!   gives way to the author's own word; and what is told in the name of an author whose `have`
//!   does not name it is dropped.
//!
//! # Clock and time
//!
//! The key's `clock` is logical, and orders: the author's next is one more than the greatest it has
//! followed, in messages and in the `clock` of a `have`. Nobody may move the others far:
//!
//! - Up to 1024 ahead are followed at any time.
//! - Beyond that a page moves by 4294967296 at once and 67108864 a second. What it cannot reach yet
//!   is not taken; it is told again.
//! - What is ahead by more than twice the former, or is not below 2⁵³, moves nothing. Said, it is
//!   not taken; told, it stands where it arrives, 1024 further than the clock was. What is said by
//!   an author who is as far behind stands last.
//!
//! `time` is for people. What is said more than 60 seconds off the reader's clock is shown at the
//! time when it came, and so is what is told and is so far ahead, or older than 24 hours.
//!
//! # How much
//!
//! - A text has 1 to 4096 bytes in UTF-8, and something to see in it. It is shown literally.
//! - A page keeps 2000 messages and 1048576 bytes, a message counting 512 at least. What others
//!   told goes first, of the teller who told most; then what was heard, of the author who wrote
//!   most, the oldest first. An author whose message went is heard no more up to that `seq`.
//! - Of each peer it reads 20 messages said at once and 2 a second, 4000 told and 8 a second, and
//!   4 times at once and 2 a second what it got. It answers a `have` every 2 seconds at most, and
//!   in all with 2097152 bytes at once and 4096 a second, but with 262144 bytes in one answer. The
//!   rest is dropped without a word, and comes again with the next round. Whoever was told
//!   something new asks 2 seconds later whether there is more.
//!
//! [`ChatKey`]: crate::ChatKey
//! [`said`]: crate::Chat::Said
//! [`have`]: crate::Chat::Have
//! [`missed`]: crate::Chat::Missed
//! [`got`]: crate::Chat::Got

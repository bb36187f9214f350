//! A whole handshake, as it travels.
//!
//! Ada's secret is `01` sixteen times and Ben's `02` sixteen times; their ids follow. Ben's is
//! smaller, so he is the initiator. This is what Ada says (`>`) and hears (`<`) from her coming to
//! her leaving: through the server, and then on `ctl` and `chat`. It took place, between two
//! programs that send no media, and takes place again in each run of the tests; only the
//! descriptions are left out here, and addresses and priorities are made up. What goes over one
//! channel in one direction keeps its order, and so does what goes through the server.
//!
//! ```text
//! > {"type":"join","version":2,"room":"tea","name":"Ada","secret":"01010101010101010101010101010101","incarnation":7}
//! < {"type":"joined","id":"cc8cd41cef907c4d216069122c4b8993","peers":[{"id":"292afde3b64e6636d68f1120d9242f1f","incarnation":5,"name":"Ben"}],"iceServers":[]}
//! > {"type":"signal","to":"292afde3b64e6636d68f1120d9242f1f","payload":"{\"from\":7,\"to\":5,\"signal\":{\"type\":\"ready\",\"after\":0}}"}
//! < {"type":"signal","from":"292afde3b64e6636d68f1120d9242f1f","payload":"{\"from\":5,\"to\":7,\"signal\":{\"type\":\"step\",\"generation\":1,\"seq\":0,\"ack\":0,\"step\":{\"type\":\"offer\",\"negotiation\":1,\"sdp\":\"v=0\\r\\n…\"}}}"}
//! > {"type":"signal","to":"292afde3b64e6636d68f1120d9242f1f","payload":"{\"from\":7,\"to\":5,\"signal\":{\"type\":\"step\",\"generation\":1,\"seq\":0,\"ack\":1,\"step\":{\"type\":\"answer\",\"negotiation\":1,\"sdp\":\"v=0\\r\\n…\"}}}"}
//! > {"type":"signal","to":"292afde3b64e6636d68f1120d9242f1f","payload":"{\"from\":7,\"to\":5,\"signal\":{\"type\":\"step\",\"generation\":1,\"seq\":1,\"ack\":1,\"step\":{\"type\":\"candidate\",\"candidate\":\"candidate:1 1 udp 2122260223 192.0.2.1 54401 typ host\",\"sdpMLineIndex\":0}}}"}
//! > {"type":"signal","to":"292afde3b64e6636d68f1120d9242f1f","payload":"{\"from\":7,\"to\":5,\"signal\":{\"type\":\"step\",\"generation\":1,\"seq\":2,\"ack\":1,\"step\":{\"type\":\"candidate\",\"candidate\":\"\",\"sdpMLineIndex\":0}}}"}
//! < {"type":"signal","from":"292afde3b64e6636d68f1120d9242f1f","payload":"{\"from\":5,\"to\":7,\"signal\":{\"type\":\"step\",\"generation\":1,\"seq\":1,\"ack\":0,\"step\":{\"type\":\"candidate\",\"candidate\":\"candidate:1 1 udp 2122260223 192.0.2.2 54402 typ host\",\"sdpMLineIndex\":0}}}"}
//! < {"type":"signal","from":"292afde3b64e6636d68f1120d9242f1f","payload":"{\"from\":5,\"to\":7,\"signal\":{\"type\":\"step\",\"generation\":1,\"seq\":2,\"ack\":0,\"step\":{\"type\":\"candidate\",\"candidate\":\"\",\"sdpMLineIndex\":0}}}"}
//! ctl > {"type":"media","microphone":false,"camera":false}
//! chat > {"type":"have","clock":0,"seen":[]}
//! ctl < {"type":"media","microphone":false,"camera":false}
//! chat < {"type":"have","clock":0,"seen":[]}
//! ctl > {"type":"alive","ack":3}
//! ctl < {"type":"alive","ack":3}
//! ctl > {"type":"bye"}
//! > {"type":"leave"}
//! ```
//!
//! Pages with devices say so in their `media`, find more candidates, and have more sections in
//! their descriptions that carry something; the sections are the same.

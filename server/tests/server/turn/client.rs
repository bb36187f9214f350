//! A TURN client over UDP (RFC 8656).

use std::net::{SocketAddr, UdpSocket};

use turn_types::{
    AddressFamily,
    attribute::{
        Data, RequestedAddressFamily, RequestedTransport, XorPeerAddress, XorRelayedAddress,
    },
    message::{ALLOCATE, CREATE_PERMISSION, DATA, SEND},
    stun::{
        attribute::{ErrorCode, Nonce, Realm, Username},
        message::{
            IntegrityAlgorithm, LongTermCredentials, Message, MessageIntegrityCredentials,
            MessageWriteVec, Method,
        },
        prelude::*,
    },
};

pub(super) struct Client {
    pub(super) socket: UdpSocket,
    pub(super) credential: LongTermCredentials,
}

impl Client {
    /// The address that the relay has for this client, or the error code.
    pub(super) fn allocate(&self) -> Result<SocketAddr, u16> {
        self.allocate_in(AddressFamily::IPV4)
    }

    pub(super) fn allocate_in(&self, family: AddressFamily) -> Result<SocketAddr, u16> {
        let answer = self.ask(ALLOCATE, |request| {
            let udp = RequestedTransport::new(RequestedTransport::UDP);
            request.add_attribute(&udp).unwrap();
            let family = RequestedAddressFamily::new(family);
            request.add_attribute(&family).unwrap();
        })?;
        let answer = Message::from_bytes(&answer).unwrap();
        let relayed = answer.attribute::<XorRelayedAddress>().unwrap();
        Ok(relayed.addr(answer.transaction_id()))
    }

    /// Lets this address send to the relay, and be sent to.
    pub(super) fn permit(&self, peer: &str) -> Result<(), u16> {
        let peer = SocketAddr::new(peer.parse().unwrap(), 9);
        let answer = self.ask(CREATE_PERMISSION, |request| {
            let peer = XorPeerAddress::new(peer, request.transaction_id());
            request.add_attribute(&peer).unwrap();
        });
        answer.map(drop)
    }

    pub(super) fn say(&self, peer: SocketAddr, data: &[u8]) {
        let mut indication = Message::builder_indication(SEND, MessageWriteVec::new());
        let transaction = indication.transaction_id();
        let peer = XorPeerAddress::new(peer, transaction);
        indication.add_attribute(&peer).unwrap();
        indication.add_attribute(&Data::new(data)).unwrap();
        self.socket.send(&indication.finish()).unwrap();
    }

    pub(super) fn hear(&self) -> (SocketAddr, Vec<u8>) {
        let heard = self.receive();
        let heard = Message::from_bytes(&heard).unwrap();
        assert!(heard.has_method(DATA));
        let from = heard.attribute::<XorPeerAddress>().unwrap();
        let data = heard.attribute::<Data>().unwrap();
        (from.addr(heard.transaction_id()), data.data().to_vec())
    }

    /// Asks without a credential, as everybody has to, and then with what the refusal tells.
    pub(super) fn ask(
        &self,
        method: Method,
        fill: impl Fn(&mut MessageWriteVec),
    ) -> Result<Vec<u8>, u16> {
        let request = || {
            let mut request = Message::builder_request(method, MessageWriteVec::new());
            fill(&mut request);
            request
        };
        let refusal = self.exchange(request());
        let refusal = Message::from_bytes(&refusal).unwrap();
        let error = refusal.attribute::<ErrorCode>().unwrap();
        assert_eq!(error.code(), ErrorCode::UNAUTHORIZED);
        let realm = refusal.attribute::<Realm>().unwrap();
        let nonce = refusal.attribute::<Nonce>().unwrap();
        let key = self.credential.to_key(realm.realm().to_owned());
        let credentials = MessageIntegrityCredentials::from(key);
        let mut request = request();
        let username = Username::new(self.credential.username()).unwrap();
        let attributes: [&dyn AttributeWrite; 3] = [&username, &realm, &nonce];
        for attribute in attributes {
            request.add_attribute(attribute).unwrap();
        }
        request
            .add_message_integrity(&credentials, IntegrityAlgorithm::Sha1)
            .unwrap();
        let answer = self.exchange(request);
        let message = Message::from_bytes(&answer).unwrap();
        if let Ok(error) = message.attribute::<ErrorCode>() {
            return Err(error.code());
        }
        message.validate_integrity(&credentials).unwrap();
        Ok(answer)
    }

    pub(super) fn exchange(&self, request: MessageWriteVec) -> Vec<u8> {
        let transaction = request.transaction_id();
        self.socket.send(&request.finish()).unwrap();
        let answer = self.receive();
        let message = Message::from_bytes(&answer).unwrap();
        assert_eq!(message.transaction_id(), transaction);
        answer
    }

    pub(super) fn receive(&self) -> Vec<u8> {
        let mut buffer = [0; 2048];
        let received = self.socket.recv(&mut buffer);
        buffer[..received.expect("coturn does not answer")].to_vec()
    }
}

// The usual signaling server on Node, with what Madang's does: rooms with a cap, names, relay within a room only, the
// sender put there by the server, word of who comes and goes, and the built page, compressed beforehand.
//
// node server.js PORT DIST

import { createServer } from "node:http";
import express from "express";
import expressStaticGzip from "express-static-gzip";
import { Server } from "socket.io";

const MAX_PEERS = 12;
const ICE_SERVERS = [{ urls: ["stun:stun.cloudflare.com:3478"] }];
const [port, dist] = process.argv.slice(2);

const app = express();
app.disable("x-powered-by");
app.use(
  expressStaticGzip(dist, {
    enableBrotli: true,
    orderPreference: ["br", "gzip"],
    serveStatic: { maxAge: "1y", immutable: true },
  }),
);
const http = createServer(app);
const io = new Server(http, { maxHttpBufferSize: 64 * 1024 });

const isText = (value, longest) => typeof value === "string" && value.length > 0 && value.length <= longest;
const people = (room) => io.sockets.adapter.rooms.get(room);

io.on("connection", (socket) => {
  let room = null;

  const leave = () => {
    if (room === null) return;
    socket.leave(room);
    io.to(room).emit("peer-left", { id: socket.id });
    room = null;
  };

  socket.on("join", (asked) => {
    if (!isText(asked?.room, 64) || !isText(asked?.name, 64)) return socket.emit("refused", { reason: "bad-message" });
    if (room !== null) return socket.emit("refused", { reason: "already-joined" });
    const wanted = `room:${asked.room}`;
    if ((people(wanted)?.size ?? 0) >= MAX_PEERS) return socket.emit("refused", { reason: "room-full" });
    const peers = [...(people(wanted) ?? [])].map((id) => ({ id, name: io.sockets.sockets.get(id)?.data.name }));
    room = wanted;
    socket.data.name = asked.name;
    socket.join(room);
    socket.emit("joined", { id: socket.id, peers, iceServers: ICE_SERVERS });
    socket.to(room).emit("peer-joined", { id: socket.id, name: asked.name });
  });

  socket.on("signal", (signal) => {
    if (room === null || !people(room)?.has(signal?.to)) return socket.emit("refused", { reason: "no-such-peer" });
    io.to(signal.to).emit("signal", { from: socket.id, payload: signal.payload });
  });

  socket.on("leave", leave);
  socket.on("disconnect", leave);
});

http.listen(Number(port), "127.0.0.1");

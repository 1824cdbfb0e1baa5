// The client listens on every address unless it is told otherwise: everything it opens stays on this machine.
const { Server } = require('node:net');

const listen = Server.prototype.listen;
Server.prototype.listen = function (first, ...rest) {
  if (typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first))) {
    const done = rest.find((argument) => typeof argument === 'function');
    return listen.call(this, { port: Number(first), host: '127.0.0.1' }, done);
  }
  if (first && typeof first === 'object' && first.port !== undefined && !first.host)
    return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest);
  return listen.call(this, first, ...rest);
};

/** Rules that a program makes: a service may be reached by its clients, and by nobody else. */
export const firewall = (services) =>
  [
    '*filter',
    ':INPUT DROP [0:0]',
    ':FORWARD DROP [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    '-A INPUT -i lo -j ACCEPT',
    '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ...services.map(({ port, clients }) => `-A INPUT -s ${clients} -p tcp -m tcp --dport ${port} -j ACCEPT`),
    'COMMIT',
    '',
  ].join('\n');

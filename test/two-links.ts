/** What a host prints that has the world on eth0 and its own network on eth1. */
export const ADDR = `2: eth0: <UP> mtu 1500 state UP
    inet 192.0.2.1/24 scope global eth0
3: eth1: <UP> mtu 1500 state UP
    inet 10.0.0.1/8 scope global eth1
`;
export const ROUTE = `default via 192.0.2.254 dev eth0
192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.1
10.0.0.0/8 dev eth1 proto kernel scope link src 10.0.0.1
`;

/** Every technique of the evasion battery, the ordinary first. A new one is a file of this folder and a line here. */
import type { Technique } from '../technique';
import { cloudSuffix } from './cloud-suffix';
import { dnsDirect } from './dns-direct';
import { dnsTunnel } from './dns-tunnel';
import { doh } from './doh';
import { domainFronting } from './domain-fronting';
import { dot } from './dot';
import { eastWest } from './east-west';
import { ech } from './ech';
import { endlessHello } from './endless-hello';
import { establishedFlow } from './established-flow';
import { finData } from './fin-data';
import { ftp } from './ftp';
import { handshakeAckData } from './handshake-ack-data';
import { helloFragments } from './hello-fragments';
import { helloPostQuantum } from './hello-post-quantum';
import { helloSplit } from './hello-split';
import { hostSpoof } from './host-spoof';
import { httpConnect } from './http-connect';
import { httpDeniedHost } from './http-denied-host';
import { httpNoHeaders } from './http-no-headers';
import { icmpPayload } from './icmp-payload';
import { ipProtocols } from './ip-protocols';
import { ipv6Direct } from './ipv6-direct';
import { ntp } from './ntp';
import { plainOn443 } from './plain-on-443';
import { portSweep } from './port-sweep';
import { quic } from './quic';
import { rawTcp } from './raw-tcp';
import { rstData } from './rst-data';
import { s3ForeignBucket } from './s3-foreign-bucket';
import { serverFirst } from './server-first';
import { smb } from './smb';
import { smtp } from './smtp';
import { sniList } from './sni-list';
import { sniNul } from './sni-nul';
import { sniSpoof } from './sni-spoof';
import { sshGit } from './ssh-git';
import { suffixConfusion } from './suffix-confusion';
import { synData } from './syn-data';
import { tlsDeniedName } from './tls-denied-name';
import { tlsIpAsSni } from './tls-ip-as-sni';
import { tlsNoSni } from './tls-no-sni';
import { tlsOddPort } from './tls-odd-port';
import { udpFragments } from './udp-fragments';

export const TECHNIQUES: readonly Technique[] = [
  tlsDeniedName,
  httpDeniedHost,
  tlsNoSni,
  tlsIpAsSni,
  sniSpoof,
  hostSpoof,
  domainFronting,
  suffixConfusion,
  sniNul,
  sniList,
  httpNoHeaders,
  httpConnect,
  tlsOddPort,
  plainOn443,
  sshGit,
  rawTcp,
  synData,
  handshakeAckData,
  rstData,
  finData,
  serverFirst,
  endlessHello,
  ipProtocols,
  quic,
  doh,
  dot,
  dnsDirect,
  dnsTunnel,
  icmpPayload,
  ntp,
  smtp,
  ftp,
  smb,
  udpFragments,
  helloSplit,
  helloFragments,
  helloPostQuantum,
  ech,
  establishedFlow,
  ipv6Direct,
  cloudSuffix,
  s3ForeignBucket,
  eastWest,
  portSweep,
];

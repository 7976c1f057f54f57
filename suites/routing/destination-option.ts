/** A route's destination as the option of `aws ec2 create-route`, `replace-route` and `delete-route` that names it. */
export function destinationOption(route: string): string {
  // A prefix list's entry is spelled `pl-… (10.0.0.0/8)`.
  const [destination = route] = route.split(' ');
  if (destination.startsWith('pl-')) return `--destination-prefix-list-id ${destination}`;
  return destination.includes(':')
    ? `--destination-ipv6-cidr-block ${destination}`
    : `--destination-cidr-block ${destination}`;
}

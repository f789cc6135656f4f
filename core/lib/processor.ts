/** A processor as images and engines name it: an engine's `/info` says x86_64 or aarch64 where manifests say amd64 or arm64. */
export function goArchitecture(name: string): string {
  return { x86_64: 'amd64', x64: 'amd64', aarch64: 'arm64' }[name] ?? name;
}

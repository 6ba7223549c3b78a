/** A server process for shared objects, and the proxies by which tasks reach them. */
module dev.outlive.manager {
  requires transitive dev.outlive;
  requires jdk.net;

  exports dev.outlive.managed;
  exports dev.outlive.manager;
}

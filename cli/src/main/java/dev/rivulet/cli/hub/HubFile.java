// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.hub;

/**
 * A file as the hub lists it.
 *
 * @param path in the repository, with slashes; checked
 * @param size in bytes
 * @param sha256 of its bytes where it is kept as a large file, else empty
 * @param gitOid git's SHA-1 of it where it is kept in git, else empty
 */
public record HubFile(String path, long size, String sha256, String gitOid) {}

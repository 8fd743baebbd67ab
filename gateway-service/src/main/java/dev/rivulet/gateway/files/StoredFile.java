// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.files;

/**
 * What is known of a file besides its bytes.
 *
 * @param id {@code file-…}
 * @param bytes its size
 * @param createdAt seconds since 1970
 * @param filename as the caller named it; never a path here
 * @param purpose {@code batch}, {@code batch_output} or another word of the caller
 */
public record StoredFile(String id, long bytes, long createdAt, String filename, String purpose) {}

// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.io.InputStream;

/**
 * Bytes on their way.
 *
 * @param bytes the rest of the upload or a part of it
 * @param stop ends the bytes early, from another thread
 */
public record UploadBody(InputStream bytes, Runnable stop) {}

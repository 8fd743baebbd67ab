// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.time.Instant;
import java.util.UUID;

/**
 * A resumable upload as it stands.
 *
 * @param digest that its bytes will have
 * @param size that it will have, in bytes
 * @param offset bytes that are here, durably; the next ones begin there
 * @param expiresAt when it is thrown away, unless more comes before
 */
public record Upload(UUID id, Sha256 digest, long size, long offset, Instant expiresAt) {

    /** What asking for an upload came to. */
    public sealed interface Opened {

        /** The blob is there: nothing is to be sent. */
        record Present(Blob blob) implements Opened {}

        /**
         * Send from {@link Upload#offset} on.
         *
         * @param isNew false if an earlier upload of the same blob goes on
         */
        record Going(Upload upload, boolean isNew) implements Opened {}
    }
}

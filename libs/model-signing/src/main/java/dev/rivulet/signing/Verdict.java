// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.signing;

/** What a check of a signature came to. */
public sealed interface Verdict {

    /**
     * Somebody who is trusted vouches for exactly these files of exactly this version.
     *
     * @param keyId whose
     */
    record Trusted(String keyId) implements Verdict {}

    /**
     * Nobody does.
     *
     * @param reason for people
     */
    record Refused(String reason) implements Verdict {}
}

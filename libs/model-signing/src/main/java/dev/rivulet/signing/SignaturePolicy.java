// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.signing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is done about signatures. */
public enum SignaturePolicy {
    /** Nothing is checked. */
    OFF,
    /** What a version lacks is logged. */
    WARN,
    /** A version without a good signature is refused. */
    REQUIRE;

    /** What was set; where nothing was, keys that are trusted require signatures. */
    public static SignaturePolicy of(@Nullable SignaturePolicy set, List<String> trustedKeys) {
        return set != null ? set : trustedKeys.isEmpty() ? OFF : REQUIRE;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.engine.SoftTokens;
import java.util.List;

/**
 * Rows of pictures in a prompt, and what they are rows of: what stands at a position is told by its token only where no picture does, so
 * hashes of prefixes take in the pictures' own (vLLM, CVE-2025-46722, left out their shape; the source's hash covers it).
 *
 * @param soft rows by position
 * @param spans where each picture stands
 */
public record MediaTokens(SoftTokens soft, List<Span> spans) {

    public static final MediaTokens NONE = new MediaTokens(SoftTokens.NONE, List.of());

    public MediaTokens {
        spans = List.copyOf(spans);
    }

    /**
     * One picture.
     *
     * @param from its first position
     * @param to the position after its last
     * @param hash of its source; not to be changed
     */
    public record Span(int from, int to, byte[] hash) {}
}

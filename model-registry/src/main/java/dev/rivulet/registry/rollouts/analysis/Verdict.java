// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

/** What a comparison came to. */
public sealed interface Verdict {

    /** The numbers it was taken on. */
    Evidence evidence();

    /** Enough was seen, and nothing of it is worse. */
    record Pass(Evidence evidence) implements Verdict {}

    /** Something is worse than it may be. */
    record Worse(String reason, Evidence evidence) implements Verdict {}

    /** Too little was seen to say. */
    record Inconclusive(String reason, Evidence evidence) implements Verdict {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

/** Whether a sequence has let another tenant's run in its place. It does so once at most. */
enum Yield {
    NEVER,
    /** It is set aside: it keeps its KV cache, waits, and is no part of any step. */
    ASIDE,
    /** It goes on, and is let finish. */
    RESUMED
}

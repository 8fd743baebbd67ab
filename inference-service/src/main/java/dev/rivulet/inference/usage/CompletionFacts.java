// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.usage;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one finished request cost.
 *
 * @param request its id
 * @param finishReason stop, length, tool_calls, cancelled, error, or refusal where the version made no prompt of the request
 * @param stages time of each stage by name, in order
 * @param traceparent W3C trace context, if there is one
 */
public record CompletionFacts(
        String request,
        String model,
        String version,
        int promptTokens,
        int completionTokens,
        String finishReason,
        Map<String, Duration> stages,
        @Nullable String traceparent) {}

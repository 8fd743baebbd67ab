// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of the HTTP API.
 *
 * @param maxBody largest request body
 * @param bodyBudget request bodies in memory at once, all together
 * @param bodyTimeout how long a body may take to arrive
 * @param maxMessages messages of one conversation
 * @param outboxCharacters text that may wait for one reader before its sequence is parked
 * @param ping how long a stream may be silent before it gets a comment
 * @param defaultTextTokens tokens of an answer of {@code /v1/completions} that names no limit, as in OpenAI's API
 * @param promptThreads threads that parse, render and tokenise; 0 for one per core
 * @param promptQueue requests that may wait for these threads
 * @param counts prompts whose tokens are counted at once, waiting ones among them, so that counts leave these threads to answers
 */
@Validated
@ConfigurationProperties("rivulet.completion")
record CompletionProperties(
        @DefaultValue("4MB") DataSize maxBody,
        @DefaultValue("128MB") DataSize bodyBudget,
        @DefaultValue("30s") Duration bodyTimeout,
        @DefaultValue("4096") @Min(1) int maxMessages,
        @DefaultValue("1024") @Min(1) int outboxCharacters,
        @DefaultValue("10s") Duration ping,
        @DefaultValue("16") @Min(1) int defaultTextTokens,
        @DefaultValue("0") @Min(0) @Max(256) int promptThreads,
        @DefaultValue("512") @Min(1) int promptQueue,
        @DefaultValue("32") @Min(1) int counts) {}

// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.engine.sampling.TokenLogprobs;

/**
 * One token of an answer with its log probabilities.
 *
 * @param offset characters of the answer before the token; where it finishes a code point, those before that
 */
public record ScoredToken(TokenLogprobs logprobs, int offset) {}

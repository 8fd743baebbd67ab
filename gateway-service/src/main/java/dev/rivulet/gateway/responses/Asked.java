// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One request as it was understood.
 *
 * @param chat the same as a chat completion
 * @param told the fields of the request that its response repeats
 * @param items everything that the model reads but the instructions: the items of earlier responses, then those of this request
 * @param store whether the response is kept
 * @param background whether it is answered without its caller
 * @param logprobs whether the caller wants to see log-probabilities
 */
record Asked(ObjectNode chat, ObjectNode told, ArrayNode items, boolean store, boolean background, boolean logprobs) {}

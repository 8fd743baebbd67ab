// SPDX-License-Identifier: Apache-2.0
/** The inference HTTP API as records: OpenAI's shapes under /v1, and the status of a replica under /internal. */
@NullMarked
package dev.rivulet.inference.contract;

import org.jspecify.annotations.NullMarked;

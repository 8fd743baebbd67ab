// SPDX-License-Identifier: Apache-2.0
/** What can go wrong, under stable codes, and how it is told: RFC 9457 on control APIs, the OpenAI error object under /v1. */
@NullMarked
package dev.rivulet.problems;

import org.jspecify.annotations.NullMarked;

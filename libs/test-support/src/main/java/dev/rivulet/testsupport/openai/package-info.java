// SPDX-License-Identifier: Apache-2.0
/** What OpenAI publishes about its answers, and the check that an answer keeps to it. Test scope alone. */
@NullMarked
package dev.rivulet.testsupport.openai;

import org.jspecify.annotations.NullMarked;

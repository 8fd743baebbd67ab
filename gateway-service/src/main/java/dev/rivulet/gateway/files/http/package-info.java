// SPDX-License-Identifier: Apache-2.0
/** Files over HTTP, as OpenAI's clients send and fetch them. */
@NullMarked
package dev.rivulet.gateway.files.http;

import org.jspecify.annotations.NullMarked;

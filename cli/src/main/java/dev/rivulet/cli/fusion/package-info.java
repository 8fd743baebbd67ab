// SPDX-License-Identifier: Apache-2.0
/** Shows a question that is spoken about a sketch, and its answer in words and with a picture, on the running platform. */
@NullMarked
package dev.rivulet.cli.fusion;

import org.jspecify.annotations.NullMarked;

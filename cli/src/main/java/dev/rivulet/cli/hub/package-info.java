// SPDX-License-Identifier: Apache-2.0
/** A hub of models that speaks Hugging Face's interface: what a repository holds, and its files, whatever breaks on the way. */
@NullMarked
package dev.rivulet.cli.hub;

import org.jspecify.annotations.NullMarked;

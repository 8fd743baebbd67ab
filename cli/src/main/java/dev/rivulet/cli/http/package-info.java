// SPDX-License-Identifier: Apache-2.0
/** Calls to the platform's HTTP interfaces, with errors that a person can act on. */
@NullMarked
package dev.rivulet.cli.http;

import org.jspecify.annotations.NullMarked;

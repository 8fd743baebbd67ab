// SPDX-License-Identifier: Apache-2.0
/** Unpacked service jars and their ahead-of-time caches, so that a later start costs half. */
@NullMarked
package dev.rivulet.cli.startup;

import org.jspecify.annotations.NullMarked;

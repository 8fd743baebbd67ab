// SPDX-License-Identifier: Apache-2.0
/** What an answer may look like: JSON Schemas and regular expressions as automata over bytes, and the tokens they allow. Pure. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.inference.grammar;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;

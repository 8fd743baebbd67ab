// SPDX-License-Identifier: Apache-2.0
/** The web console: one page for people, and Spring Boot Admin beside it. */
@NullMarked
package dev.rivulet.console;

import org.jspecify.annotations.NullMarked;

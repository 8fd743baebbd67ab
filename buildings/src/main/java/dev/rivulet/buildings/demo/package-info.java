// SPDX-License-Identifier: Apache-2.0
/** The devices of the demonstration: what they learn, the figures it is held against, and the program that runs them. */
@NullMarked
package dev.rivulet.buildings.demo;

import org.jspecify.annotations.NullMarked;

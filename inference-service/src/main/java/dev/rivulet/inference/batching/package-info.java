// SPDX-License-Identifier: Apache-2.0
/** Decides which rows of stateless models run together and when: pure, without threads, clocks or engines. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.inference.batching;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;

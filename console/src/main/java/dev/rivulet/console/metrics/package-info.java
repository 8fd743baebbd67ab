// SPDX-License-Identifier: Apache-2.0
/** Reads the metrics of every service while somebody looks, and tells the pages rates and percentiles. */
@NullMarked
@ApplicationModule(allowedDependencies = "services")
package dev.rivulet.console.metrics;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;

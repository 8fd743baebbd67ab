// SPDX-License-Identifier: Apache-2.0
/** Jobs: requests that come through Kafka and are answered there, each exactly once, as fast as slots are free. */
@NullMarked
@ApplicationModule(allowedDependencies = {"encoding", "execution"})
package dev.rivulet.inference.jobs;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;

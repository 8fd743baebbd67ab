// SPDX-License-Identifier: Apache-2.0
/** How every request is refused: devices by Protobuf, people by problem details. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.federation.edge;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;

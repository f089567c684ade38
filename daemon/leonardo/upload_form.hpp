#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/leonardo/types.hpp"

namespace reeld::leonardo {

/// Leave to upload one image, as POST /v1/init-image grants it. It ends after two minutes.
struct UploadTicket {
  using Field = std::pair<std::string, std::string>;

  std::string id;             ///< what the image will be called
  std::string url;            ///< where the form goes; untrusted
  std::vector<Field> fields;  ///< to be repeated in this order; a secret, like a signature
};

/// Reads the answer to POST /v1/init-image. Errors: kServerError for anything that no form can be made of.
ApiResult<UploadTicket> read_upload_ticket(std::string_view body);

/// A multipart/form-data body, and the Content-Type that names its boundary.
struct UploadForm {
  std::string content_type;
  std::string body;
};

/// The form that the storage wants: the fields in their order, then the file's bytes as "file".
UploadForm make_upload_form(const std::vector<UploadTicket::Field>& fields, std::string_view file_name,
                            std::string_view bytes);

}  // namespace reeld::leonardo

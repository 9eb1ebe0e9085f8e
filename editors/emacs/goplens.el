;;; goplens.el --- See why Go to Definition fails  -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1") (eglot "1.9"))
;; Keywords: languages, tools
;; SPDX-License-Identifier: MIT OR Apache-2.0

;;; Commentary:

;; goplens stands between an editor and gopls and says why a request gives
;; nothing.  With `goplens-mode' Eglot starts it for the modes that it would
;; start gopls for.  What goplens finds is shown by Flymake, as what gopls finds
;; is; the commands here show more of it:
;;
;;   M-x goplens-findings   what was found in this session, and still holds
;;   M-x goplens-explain    the page of a finding
;;   M-x goplens-tail       the messages of this session, while they go by
;;   M-x goplens-doctor     this machine and this module, examined
;;
;; Nothing here stands in the path of a message: Eglot runs goplens as it would
;; run gopls, and all else reads the session folder or runs a command of
;; goplens's.

;;; Code:

(require 'cl-lib)
(require 'eglot)
(require 'flymake)
(require 'json)
(require 'project)
(require 'seq)
(require 'subr-x)
(require 'tabulated-list)
(require 'url-parse)
(require 'url-util)

(defgroup goplens nil
  "See why Go to Definition fails."
  :group 'eglot
  :prefix "goplens-")

(defcustom goplens-program "goplens"
  "The name or the path of goplens."
  :type 'string)

;;; In front of gopls

(defvar goplens--entry nil
  "What `goplens-mode' has put into `eglot-server-programs'.")

(defun goplens--gopls-p (entry)
  "Return whether ENTRY of `eglot-server-programs' has gopls started."
  (let ((contact (cdr entry)))
    (and (consp contact)
         (stringp (car contact))
         (equal (file-name-base (car contact)) "gopls"))))

(defun goplens--contact (gopls)
  "Return a contact for Eglot that has goplens in front of GOPLS.
GOPLS is a program and its arguments.  It is started itself where goplens
cannot be run, on this machine or the one that the file is on."
  (lambda (&rest _)
    (let ((program (car gopls)))
      (cond ((not (executable-find goplens-program t)) gopls)
            ((file-name-absolute-p program)
             `("env" ,(concat "GOPLENS_GOPLS=" program) ,goplens-program ,@(cdr gopls)))
            (t (cons goplens-program (cdr gopls)))))))

;;;###autoload
(define-minor-mode goplens-mode
  "Have Eglot start goplens where it would start gopls.
A server that runs already is left alone."
  :global t
  (setq eglot-server-programs (delq goplens--entry eglot-server-programs)
        goplens--entry nil)
  (when goplens-mode
    (let ((gopls (or (seq-find #'goplens--gopls-p eglot-server-programs)
                     '((go-mode go-ts-mode) "gopls"))))
      (setq goplens--entry (cons (car gopls) (goplens--contact (cdr gopls))))
      (push goplens--entry eglot-server-programs))))

;;; The session folder

(defun goplens--sessions ()
  "Return the folder of all sessions."
  (let ((variable (lambda (name)
                    (let ((value (getenv name)))
                      (unless (equal value "") value)))))
    (expand-file-name
     "sessions"
     (or (funcall variable "GOPLENS_STATE")
         (expand-file-name "goplens" (or (funcall variable "XDG_STATE_HOME")
                                         "~/.local/state"))))))

(defun goplens--session ()
  "Return the folder of the session of this buffer; nil where there is none.
Its name ends with the process id of goplens."
  (when-let* ((server (eglot-current-server))
              (process (jsonrpc--process server))
              (sessions (goplens--sessions)))
    (when (file-directory-p sessions)
      ;; The name begins with the time, and a process id may come again.
      (car (last (directory-files sessions t
                                  (format "-%d\\'" (process-id process))))))))

(defun goplens--entries (file)
  "Return the JSON objects in the lines of FILE.
The last line may be half written."
  (when (file-readable-p file)
    (with-temp-buffer
      (insert-file-contents file)
      (let ((json-object-type 'alist)
            (json-array-type 'list)
            entries)
        (while (not (eobp))
          (ignore-errors
            (push (json-read-from-string
                   (buffer-substring (point) (line-end-position)))
                  entries))
          (forward-line))
        (nreverse entries)))))

(defun goplens--findings (session)
  "Return the findings of SESSION, the worst first.
Those are left out whose cause is gone, and those for the record alone."
  (let (findings)
    (dolist (entry (goplens--entries (expand-file-name "findings.jsonl" session)))
      (let-alist entry
        (let ((known (lambda (one)
                       (seq-every-p (lambda (member)
                                      (equal (alist-get member one)
                                             (alist-get member .finding)))
                                    '(code subject uri)))))
          (setq findings (cl-delete-if known findings))
          (when (and (equal .event "finding") (not (eq .finding.quiet t)))
            (push .finding findings)))))
    (cl-sort (nreverse findings) #'<
             :key (lambda (finding)
                    (or (seq-position '("error" "warning" "info" "hint")
                                      (alist-get 'severity finding))
                        0)))))

;;; What goplens says

(define-derived-mode goplens-output-mode special-mode "goplens"
  "What a command of goplens's prints.")

(defun goplens--run (name &rest arguments)
  "Show in a buffer called NAME what goplens prints when run with ARGUMENTS.
It is ended when that buffer is killed."
  (unless (executable-find goplens-program)
    (user-error "There is no %s; customize `goplens-program'" goplens-program))
  (let ((folder default-directory)
        (buffer (get-buffer-create name)))
    (when-let ((running (get-buffer-process buffer)))
      (delete-process running))
    (with-current-buffer buffer
      (let ((inhibit-read-only t))
        (erase-buffer))
      (goplens-output-mode)
      (setq default-directory folder)
      (make-process :name name
                    :buffer buffer
                    :command (cons goplens-program arguments)
                    :connection-type 'pipe
                    :noquery t
                    :filter #'goplens--print
                    :sentinel #'ignore))
    (pop-to-buffer buffer)))

(defun goplens--print (process text)
  "Put TEXT of PROCESS at the end of its buffer."
  (when (buffer-live-p (process-buffer process))
    (with-current-buffer (process-buffer process)
      (let ((inhibit-read-only t)
            (follow (eobp)))
        (save-excursion
          (goto-char (point-max))
          (insert text))
        (when follow
          (goto-char (point-max)))))))

(defun goplens--root ()
  "Return the folder of the project that this buffer belongs to."
  (expand-file-name (if-let ((project (project-current)))
                        (project-root project)
                      default-directory)))

;;;###autoload
(defun goplens-doctor ()
  "Examine this machine and the module that this buffer belongs to."
  (interactive)
  (goplens--run "*goplens doctor*" "doctor" (goplens--root)))

;;;###autoload
(defun goplens-tail (&optional filter)
  "Show the messages of this session while they go by.
With a prefix argument, ask for a FILTER, such as \"outcome:null\".  Where this
buffer has no session, show the newest on this machine."
  (interactive (list (and current-prefix-arg (read-string "Filter: "))))
  (let ((session (goplens--session)))
    (apply #'goplens--run "*goplens tail*"
           `("tail"
             ,@(and session (list "--session" (file-name-nondirectory session)))
             ,@(split-string-and-unquote (or filter ""))))))

(defun goplens--code-here ()
  "Return the code of the diagnostic of goplens that is nearest to point."
  (let ((distance (lambda (diagnostic)
                    (abs (- (point) (flymake-diagnostic-beg diagnostic)))))
        nearest)
    (dolist (diagnostic (flymake-diagnostics))
      (let ((text (flymake-diagnostic-text diagnostic)))
        (when (and (string-match "goplens \\[\\([a-z-]+\\)\\]" text)
                   (not (and nearest
                             (<= (cdr nearest) (funcall distance diagnostic)))))
          (setq nearest (cons (match-string 1 text)
                              (funcall distance diagnostic))))))
    (car nearest)))

(defun goplens--codes ()
  "Return all codes of findings."
  (mapcar (lambda (line) (car (split-string line)))
          (process-lines goplens-program "explain")))

;;;###autoload
(defun goplens-explain (code)
  "Show the page of the finding that is called CODE."
  (interactive
   (let ((here (goplens--code-here)))
     (list (completing-read (format-prompt "Finding" here) (goplens--codes)
                            nil t nil nil here))))
  (goplens--run "*goplens explain*" "explain" code))

;;; The list of findings

(defvar-local goplens--listed nil
  "The session whose findings this buffer lists.")

(define-derived-mode goplens-findings-mode tabulated-list-mode "goplens findings"
  "The findings of a session."
  (setq tabulated-list-format [("Severity" 9 nil) ("Code" 30 t) ("Place" 24 t) ("" 0 nil)])
  (tabulated-list-init-header)
  (add-hook 'tabulated-list-revert-hook #'goplens--list nil t))

(define-key goplens-findings-mode-map (kbd "RET") #'goplens-visit)
(define-key goplens-findings-mode-map "e" #'goplens-explain-listed)

(defun goplens--place (finding)
  "Return the file and the line of FINDING; nil where it is about no file."
  (let-alist finding
    (when .uri
      (cons (decode-coding-string
             (url-unhex-string (url-filename (url-generic-parse-url .uri))) 'utf-8)
            (1+ (or .range.start.line 0))))))

(defun goplens--list ()
  "Fill the list of findings."
  (setq tabulated-list-entries
        (mapcar (lambda (finding)
                  (let-alist finding
                    (let ((place (goplens--place finding)))
                      (list finding
                            (vector .severity .code
                                    (if place
                                        (format "%s:%d" (file-name-nondirectory (car place))
                                                (cdr place))
                                      "")
                                    .title)))))
                (goplens--findings goplens--listed))))

;;;###autoload
(defun goplens-findings ()
  "List what goplens has found in this session, as far as it is so now.
In the list, \\<goplens-findings-mode-map>\\[goplens-visit] is to visit the place of a finding,
\\[goplens-explain-listed] to see its page, and \\[revert-buffer] to look again."
  (interactive)
  (let ((session (or (goplens--session)
                     (user-error "No session of goplens has this buffer"))))
    (pop-to-buffer "*goplens findings*")
    (goplens-findings-mode)
    (setq goplens--listed session)
    (goplens--list)
    (tabulated-list-print)))

(defun goplens-visit ()
  "Visit the place of the finding in this line."
  (interactive)
  (let ((place (goplens--place (tabulated-list-get-id))))
    (unless place
      (user-error "This finding is about no file"))
    (find-file-other-window (car place))
    (goto-char (point-min))
    (forward-line (1- (cdr place)))))

(defun goplens-explain-listed ()
  "Show the page of the finding in this line."
  (interactive)
  (goplens-explain (alist-get 'code (tabulated-list-get-id))))

(provide 'goplens)
;;; goplens.el ends here
